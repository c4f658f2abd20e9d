SELECT x FROM none;
