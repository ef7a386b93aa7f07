// The grade that ticked key points suggest; the same bounds as quizzes.core.grading.suggest_grade.

/** Return "got", "partly" or "missed". */
export function suggested(ticked, points) {
  if (!points) return "partly";
  const share = ticked / points;
  return share >= 0.8 ? "got" : share >= 0.4 ? "partly" : "missed";
}
