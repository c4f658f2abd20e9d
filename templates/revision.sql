${header}

-- rev:upgrade


-- rev:downgrade

