// What nearly every command includes, compiled once for all of them. A file still includes what it uses.
#pragma once

#include <base/precompiled.hpp>

#include "base/text.hpp"
#include "commands/registry.hpp"
#include "report/json.hpp"
