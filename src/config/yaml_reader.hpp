#pragma once

#include <yaml-cpp/yaml.h>

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/interpolation.hpp"
#include "config/source_text.hpp"

namespace rev::config {

/// One `key: value` of a mapping.
struct Entry {
    std::string key;
    std::size_t offset = 0;  ///< of the key in the file
    YAML::Node value;

    /// Whether there is something behind the colon; `key:` and `key: null` have nothing, and count as not written.
    [[nodiscard]] bool has_value() const { return value.IsDefined() && !value.IsNull(); }
};

/// A mapping in file order, without duplicate keys.
using Entries = std::vector<Entry>;

/// The entry of that key if it has a value; else nullptr.
[[nodiscard]] const Entry* find_entry(const Entries& entries, std::string_view key);

/// Turns YAML nodes into values; every error is located in the file.
class YamlReader {
public:
    /// source: must outlive it. lookup: what `${NAME}` stands for.
    YamlReader(const SourceText& source, Lookup lookup) : source_(source), lookup_(std::move(lookup)) {}

    /// The document's only node. Throws Error "bad_yaml": syntax, several documents, too deeply nested, empty.
    [[nodiscard]] YAML::Node load() const;

    /// `what`: what the mapping is, for messages.
    [[nodiscard]] Entries mapping(const YAML::Node& node, std::string_view what) const;

    /// Throws Error "unknown_key", with the nearest of `known`, for the first entry that is not one of them.
    void check_keys(const Entries& entries, std::span<const std::string> known, std::string_view what) const;

    /// The scalar with `${...}` replaced.
    [[nodiscard]] std::string text(const Entry& entry) const;
    [[nodiscard]] std::string nonempty_text(const Entry& entry) const;
    [[nodiscard]] bool boolean(const Entry& entry) const;
    [[nodiscard]] int integer(const Entry& entry, int least, int most) const;
    [[nodiscard]] std::chrono::milliseconds duration(const Entry& entry) const;
    /// The index of the value in `words`.
    [[nodiscard]] std::size_t choice(const Entry& entry, std::span<const std::string> words) const;
    /// The items of a list. Throws for anything else.
    [[nodiscard]] std::vector<Entry> items(const Entry& entry) const;
    /// The items of a list, or the value alone where it is none.
    [[nodiscard]] std::vector<Entry> one_or_more(const Entry& entry) const;
    /// The words of a command line, or of a list of words.
    [[nodiscard]] std::vector<std::string> command(const Entry& entry) const;

    /// ExitCode::usage, at the entry's value, or at its key where there is none.
    [[nodiscard]] Error error(const Entry& entry, std::string code, const std::string& message) const;

private:
    void check_single_document(const std::string& text) const;
    [[nodiscard]] std::size_t offset_of(const YAML::Node& node) const;
    [[nodiscard]] std::string scalar(const Entry& entry) const;
    [[nodiscard]] std::string interpolated(const Entry& entry, std::string_view text) const;
    [[nodiscard]] Error bad_value(const Entry& entry, std::string_view wanted) const;

    const SourceText& source_;
    Lookup lookup_;
};

/// Whether the error is a matter of where rev runs and not of the file (a variable that is not set, a .env that cannot
/// be read): it may wait until the setting is needed.
[[nodiscard]] bool is_of_environment(const Error& error);

}  // namespace rev::config
