"""The command line and the processes behind it: what a person types or a service manager starts. Nothing else imports this room."""
