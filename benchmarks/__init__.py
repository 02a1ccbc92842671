"""Measurements as ratios against peers that run in the same session; nothing here is a test."""
