${header}

-- rev:upgrade
-- rev:todo: write the SQL of the change in place of this line

-- rev:downgrade
-- rev:todo: write the SQL that undoes it in place of this line, or delete this section: the revision is irreversible then
