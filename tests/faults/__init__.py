"""What the engine must survive, as scripts that anybody can run again."""
