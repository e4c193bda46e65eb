"""The report's sections: what each shows, gathered from results."""
