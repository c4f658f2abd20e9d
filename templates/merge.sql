${header}

-- Joins branches; add SQL only if they do not fit together by themselves.

-- rev:upgrade


-- rev:downgrade

