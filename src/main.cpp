#include <string>
#include <vector>

#include "base/standard_streams.hpp"
#include "commands/namesake.hpp"
#include "commands/program.hpp"

int main(int argc, char** argv) {
    rev::base::open_closed_streams();
    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    rev::commands::give_way_to_namesake(arguments);
    return rev::commands::run_program(arguments);
}
