"""What all sandboxes share: clock, faults, limits, counters, pictures, webhooks, the control plane and the server."""
