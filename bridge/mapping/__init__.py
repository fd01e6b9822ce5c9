"""Product + editable rules + the channel's category schema → listing facets, or problems that name field, value and fix.

Pure: no file, no clock, no network, and no channel known by name. What differs between channels is data in `config/mapping/`.
"""
