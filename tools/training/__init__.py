"""How the weights of the embedded classifier are made and judged."""
