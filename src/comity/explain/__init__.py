"""What moves relations and agreements, how sure that is, and what the data cannot say."""
