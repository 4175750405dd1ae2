"""Reports rendered from a run folder: manifest, evidence and verdicts. Nothing is judged again here."""
