"""Jembatan: a sync bridge from one local catalog to the marketplaces of Indonesia."""
