"""The engine: it joins decisions with the store and the channels. No printing, no command line, no marketplace by name."""
