# Leaves llama.cpp's command-line layer out of the build: half of the compiling, and an HTTP client that nobody calls.
# llama-cpp-python forces the cached option on; a normal variable of the same name, set before, wins over it.
set(LLAMA_BUILD_COMMON OFF)
