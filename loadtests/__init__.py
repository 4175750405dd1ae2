"""Locust users, load shapes and thresholds (a later issue); no functional rules here."""
