"""What an office or an analyst does with files: offer, check, preview, accept, mend, undo. Publishes by a refresh, never by itself."""
