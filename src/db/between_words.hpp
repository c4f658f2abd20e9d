#pragma once

#include <chrono>

namespace rev::db {

/// How long somebody who waits for a lock, a server or a file hears nothing more of it; see OpenOptions::on_wait.
constexpr std::chrono::milliseconds between_words{1000};

}  // namespace rev::db
