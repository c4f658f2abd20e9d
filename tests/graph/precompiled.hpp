// What the judges of plans take longest to read, compiled once for them. A file still includes what it uses.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>
