"""Abbreviations with more than one expansion in wide use: whoever writes any of them knows what is meant.

Kept as data because no text says it of itself: an author gives one expansion, readers learnt another.
An entry belongs here only where both are found in standards, manuals or the literature of one thing.
"""

ALTERNATIVES: dict[str, tuple[str, ...]] = {
    "API": ("application programming interface", "application program interface"),
    "BIOS": ("basic input/output system", "basic input output system"),
    "CDN": ("content delivery network", "content distribution network"),
    "CLI": ("command-line interface", "command-line interpreter", "command language interpreter"),
    "CPU": ("central processing unit", "central processor unit"),
    "DNS": ("domain name system", "domain name service", "domain name server"),
    "GAN": ("generative adversarial network", "generative adversarial net"),
    "GPU": ("graphics processing unit", "graphical processing unit"),
    "GQA": ("grouped-query attention", "group-query attention"),
    "HOC": ("higher-order component", "high-order component"),
    "IDS": ("intrusion detection system", "intruder detection system"),
    "IPC": ("inter-process communication",),
    "KVM": ("kernel-based virtual machine", "kernel virtual machine"),
    "LAN": ("local area network", "local-area network"),
    "MLE": ("maximum likelihood estimation", "maximum likelihood estimator", "maximum likelihood estimate"),
    "MSE": ("mean squared error", "mean square error"),
    "MTU": ("maximum transmission unit", "maximum transfer unit"),
    "NIC": ("network interface card", "network interface controller"),
    "ORM": ("object-relational mapping", "object-relational mapper"),
    "RAID": (
        "redundant array of independent disks",
        "redundant array of inexpensive disks",
        "redundant arrays of independent disks",
        "redundant arrays of inexpensive disks",
    ),
    "RLHF": (
        "reinforcement learning from human feedback",
        "reinforcement learning with human feedback",
    ),
    "RMSE": ("root mean squared error", "root mean square error"),
    "ROC": ("receiver operating characteristic", "receiver operator characteristic"),
    "RTT": ("round-trip time", "round-trip delay time"),
    "SPA": ("single-page application", "single-page app"),
    "SVM": ("support vector machine", "support-vector machine"),
    "URL": ("uniform resource locator", "universal resource locator"),
}


def alternatives(short: str, full: str) -> tuple[str, ...]:
    """Return the other expansions of an abbreviation, if the given one is among those that are known."""
    known = ALTERNATIVES.get(short, ())
    return known if _folded(full) in {_folded(one) for one in known} else ()


def _folded(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum()).removesuffix("s")
