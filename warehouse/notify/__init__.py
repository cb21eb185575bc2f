"""What is told to people without their asking: briefings, alerts and reminders, by mail and by the robots of chat groups."""
