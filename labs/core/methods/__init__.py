"""Ways of adapting a frozen model other than LoRA: one module a family."""
