"""What readers do, in a real Chromium against a running `hubei-replies serve`; `make test-browser` runs these alone."""
