#include <string>
#include <vector>

#include "commands/program.hpp"

int main(int argc, char** argv) {
    return rev::run_program(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
}
