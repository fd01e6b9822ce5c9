"""The store: tables, one repository per noun, on SQLite or PostgreSQL. It decides nothing about marketplaces."""
