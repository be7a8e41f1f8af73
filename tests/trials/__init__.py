"""What every method brings with a real model, as a script that anybody can run again."""
