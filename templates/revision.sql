${header}

-- rev:upgrade
-- rev:todo: write the SQL of the change in place of this line

-- rev:downgrade
-- rev:todo: write the SQL that undoes it, or delete this section to make the revision irreversible
