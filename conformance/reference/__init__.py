"""A small correct hospital integration that speaks HTTP only; its variants and its deliberate faults."""
