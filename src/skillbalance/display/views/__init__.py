"""What each kind of result shows, said once for the terminal and for pages."""
