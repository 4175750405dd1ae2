"""Text in and out: JSON, the canonical text, money, times, names, masks, words."""
