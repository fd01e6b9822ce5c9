"""Local marketplaces to build and test against. They speak the platforms' wire forms and share no code with the connectors."""

from bridge.sandbox.core.options import Options
from bridge.sandbox.core.server import DEFAULT_PORTS, run, run_all, start_in_thread

__all__ = ["DEFAULT_PORTS", "Options", "run", "run_all", "start_in_thread"]
