"""The layers of confinement, one module each. Every function raises `OSError` when its layer fails."""
