"""From dropped files to a published release: settings, contracts, intake, build, release and the command line."""
