"""What the operating system gives and takes: locks, durable writes, child processes, logs. Knows nothing of files, KPIs or releases."""
