#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "db/database_url.hpp"
#include "rev/error.hpp"

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const rev::DatabaseUrl url = rev::parse_database_url(text);
        const std::string shown = url.display();
        // What is shown is a URL again, of the same database, without the password.
        const rev::DatabaseUrl again = rev::parse_database_url(shown);
        require(again.dialect == url.dialect);
        require(again.password.empty() == url.password.empty());
        require(url.password.empty() || again.password == "***");
        const std::string hidden = rev::hide_secret(shown, url.user);
        require(!url.user.empty() || hidden == shown);
    } catch (const rev::Error& error) {
        require(error.code() == "bad_url");
    }
    return 0;
}
