#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "rev/error.hpp"
#include "script/repeatables.hpp"
#include "script/revision_file.hpp"

// The input is files of repeatable objects, each behind a line `====`.

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

void require_located(const rev::Error& error) {
    require(error.exit_code() == rev::ExitCode::graph);
    require(error.location().file.starts_with("f"));
    require(error.location().line >= 1 && error.location().column >= 1);
}

void require_reads_back(const rev::RevisionHeader& header) {
    const auto once = rev::parse_revision_file(rev::format_header(header), "f", rev::FileKind::repeatable).header;
    require(once.revision.id == header.revision.id && once.needs == header.needs);
    require(once.drop_before_upgrade == header.drop_before_upgrade && once.variables == header.variables);
}

std::vector<std::string_view> parts_of(std::string_view text) {
    constexpr std::string_view separator = "\n====\n";
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + separator.size());
    }
}

void check_order(const rev::script::Repeatables& repeatables) {
    for (const auto& repeatable : repeatables.all())
        for (const auto& need : repeatable.needs) {
            const auto* needed = repeatables.find(need);
            require(needed == nullptr || needed < &repeatable);
        }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::vector<rev::RevisionFile> files;
    for (const auto text : parts_of({reinterpret_cast<const char*>(data), size})) {
        try {
            auto file = rev::parse_revision_file(std::string(text), "f" + std::to_string(files.size()),
                                                 rev::FileKind::repeatable);
            require(!file.header.revision.id.empty());
            require_reads_back(file.header);
            for (const auto& section : file.sections)
                require(section.kind == rev::SectionKind::apply || section.kind == rev::SectionKind::drop);
            files.push_back(std::move(file));
        } catch (const rev::Error& error) {
            require_located(error);
        }
    }
    const auto count = files.size();
    const auto read = rev::script::read_repeatables(std::move(files));
    for (const auto& problem : read.problems) require_located(problem);
    if (read.problems.empty()) require(read.repeatables.all().size() == count);
    check_order(read.repeatables);
    return 0;
}
