#include "config/yaml_reader.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <sstream>
#include <utility>

#include "base/text.hpp"
#include "rev/config.hpp"

namespace rev::config {
namespace {

std::string_view kind_name(const YAML::Node& node) {
    if (node.IsMap()) return "a mapping";
    if (node.IsSequence()) return "a list";
    if (node.IsScalar()) return "a single value";
    return "nothing";
}

/// yaml-cpp takes a byte of 4 for the end of its input, so that what follows would be ignored.
std::optional<std::size_t> find_control_character(std::string_view text) {
    const auto is_control = [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
    };
    const auto found = std::find_if(text.begin(), text.end(), is_control);
    if (found == text.end()) return std::nullopt;
    return static_cast<std::size_t>(found - text.begin());
}

/// Notes where documents start.
class DocumentStarts : public YAML::EventHandler {
public:
    void OnDocumentStart(const YAML::Mark& mark) override { offsets.push_back(static_cast<std::size_t>(mark.pos)); }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}

    std::vector<std::size_t> offsets;
};

/// YAML 1.1 has on/off and yes/no, and 1.2 has not; people write both, and nothing else can be meant.
std::optional<bool> parse_boolean(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (text == "true" || text == "yes" || text == "on") return true;
    if (text == "false" || text == "no" || text == "off") return false;
    return std::nullopt;
}

}  // namespace

/// A key without a value (`url:`) counts as absent: that is how a template leaves a setting for later.
const Entry* find_entry(const Entries& entries, std::string_view key) {
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key == key; });
    return found != entries.end() && found->has_value() ? &*found : nullptr;
}

YAML::Node YamlReader::load() const {
    if (const auto control = find_control_character(source_.text))
        throw error_at(source_, *control, error_codes::bad_yaml, "a control character in a configuration file");
    // yaml-cpp misses a quote that is not closed if a line end is the last character.
    const auto last = source_.text.find_last_not_of(" \t\r\n");
    const std::string text = source_.text.substr(0, last == std::string::npos ? 0 : last + 1);
    YAML::Node document;
    try {
        // YAML::Load would take the first of several and say nothing of the rest.
        check_single_document(text);
        document = YAML::Load(text);
    } catch (const YAML::Exception& error) {
        const auto offset = error.mark.is_null() ? 0 : static_cast<std::size_t>(error.mark.pos);
        throw error_at(source_, offset, error_codes::bad_yaml, fmt::format("this is not valid YAML: {}", error.msg));
    }
    if (!document.IsDefined() || document.IsNull())
        throw error_at(source_, 0, error_codes::empty_config, "the configuration file is empty")
            .with_hint("`rev init` in a new folder writes one to start from");
    return document;
}

void YamlReader::check_single_document(const std::string& text) const {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    DocumentStarts starts;
    while (starts.offsets.size() < 2 && parser.HandleNextDocument(starts)) {
    }
    if (starts.offsets.size() < 2) return;
    // yaml-cpp does not get past some tokens, such as a comma at the start, and would find documents without end.
    const bool stuck = starts.offsets[0] == starts.offsets[1];
    if (stuck) throw error_at(source_, starts.offsets[0], error_codes::bad_yaml, "this is not valid YAML");
    throw error_at(source_, starts.offsets[1], error_codes::bad_yaml, "there is more than one YAML document")
        .with_hint("remove the line `---` and what follows it");
}

Entries YamlReader::mapping(const YAML::Node& node, std::string_view what) const {
    if (!node.IsMap())
        throw error_at(source_, offset_of(node), error_codes::wrong_type,
                       fmt::format("{} is {}, but should be a mapping of `key: value` lines", what, kind_name(node)));
    Entries entries;
    std::set<std::string> seen;
    for (const auto& pair : node) {
        if (!pair.first.IsScalar())
            throw error_at(source_, offset_of(pair.first), error_codes::wrong_type, "a key should be a plain word");
        Entry entry{pair.first.Scalar(), offset_of(pair.first), pair.second};
        // yaml-cpp takes a key that is there twice without complaint, and an error in one place would be looked for in
        // the other.
        if (!seen.insert(entry.key).second)
            throw error_at(source_, entry.offset, error_codes::duplicate_key,
                           fmt::format("{} is here twice", entry.key))
                .with_hint("keep one of them");
        entries.push_back(std::move(entry));
    }
    return entries;
}

void YamlReader::check_keys(const Entries& entries, std::span<const std::string> known, std::string_view what) const {
    for (const Entry& entry : entries) {
        if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
        const auto near = base::closest(entry.key, known, 1);
        const std::string hint = near.empty() ? fmt::format("the keys of {} are {}", what, base::join(known, ", "))
                                              : base::did_you_mean(near);
        throw error_at(source_, entry.offset, error_codes::unknown_key,
                       fmt::format("unknown key {} in {}", entry.key, what))
            .with_hint(hint);
    }
}

std::string YamlReader::text(const Entry& entry) const { return interpolated(entry, scalar(entry)); }

std::string YamlReader::nonempty_text(const Entry& entry) const {
    std::string value = text(entry);
    if (base::trim(value).empty()) throw bad_value(entry, "some text");
    return value;
}

bool YamlReader::boolean(const Entry& entry) const {
    const auto value = parse_boolean(text(entry));
    if (!value) throw bad_value(entry, "true or false");
    return *value;
}

int YamlReader::integer(const Entry& entry, int least, int most) const {
    const std::string digits = text(entry);
    int value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool is_number = error == std::errc() && end == digits.data() + digits.size();
    if (!is_number || value < least || value > most)
        throw bad_value(entry, fmt::format("a whole number from {} to {}", least, most));
    return value;
}

std::chrono::milliseconds YamlReader::duration(const Entry& entry) const {
    const auto value = parse_duration(text(entry));
    if (!value) throw bad_value(entry, "a duration such as 500ms, 60s, 2m or 1h (24 days at most)");
    return *value;
}

std::size_t YamlReader::choice(const Entry& entry, std::span<const std::string> words) const {
    const std::string word = text(entry);
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end()) throw bad_value(entry, fmt::format("one of {}", base::join(words, ", ")));
    return static_cast<std::size_t>(found - words.begin());
}

std::vector<Entry> YamlReader::items(const Entry& entry) const {
    if (!entry.value.IsSequence())
        throw error(entry, error_codes::wrong_type,
                    fmt::format("{} is {}, but should be a list", entry.key, kind_name(entry.value)));
    std::vector<Entry> items;
    for (const YAML::Node& item : entry.value)
        items.push_back({fmt::format("an item of {}", entry.key), offset_of(item), item});
    return items;
}

std::vector<Entry> YamlReader::one_or_more(const Entry& entry) const {
    return entry.value.IsScalar() ? std::vector{entry} : items(entry);
}

std::vector<std::string> YamlReader::command(const Entry& entry) const {
    std::vector<std::string> words;
    if (entry.value.IsSequence()) {
        for (const Entry& item : items(entry)) words.push_back(text(item));
    } else {
        const auto split = split_words(scalar(entry));
        if (!split) throw bad_value(entry, "a command whose quotes are closed");
        // Each word by itself: what a variable holds never becomes several words.
        for (const std::string& word : *split) words.push_back(interpolated(entry, word));
    }
    if (words.empty() || words.front().empty()) throw bad_value(entry, "a command");
    return words;
}

Error YamlReader::error(const Entry& entry, std::string code, const std::string& message) const {
    return error_at(source_, entry.value.IsDefined() ? offset_of(entry.value) : entry.offset, std::move(code), message);
}

std::size_t YamlReader::offset_of(const YAML::Node& node) const {
    // A node that yaml-cpp has made up itself has no place.
    const YAML::Mark mark = node.Mark();
    return mark.is_null() ? 0 : static_cast<std::size_t>(mark.pos);
}

std::string YamlReader::scalar(const Entry& entry) const {
    if (!entry.value.IsScalar())
        throw error(entry, error_codes::wrong_type,
                    fmt::format("{} is {}, but should be a single value", entry.key, kind_name(entry.value)));
    return entry.value.Scalar();
}

std::string YamlReader::interpolated(const Entry& entry, std::string_view text) const {
    try {
        return interpolate(text, lookup_);
    } catch (const InterpolationError& failure) {
        const bool missing = failure.kind == InterpolationError::Kind::missing;
        const std::string hint =
            missing ? fmt::format("set {0} in the environment or in the .env file, or write ${{{0}:-default}}",
                                  failure.name)
                    : "write ${NAME} or ${NAME:-default}, or $${ for a plain ${";
        throw error(entry, missing ? error_codes::missing_variable : error_codes::bad_value,
                    fmt::format("{}: {}", entry.key, failure.what()))
            .with_hint(hint);
    }
}

Error YamlReader::bad_value(const Entry& entry, std::string_view wanted) const {
    return error(entry, error_codes::bad_value, fmt::format("{} should be {}", entry.key, wanted));
}

bool is_of_environment(const Error& error) {
    constexpr std::array<std::string_view, 3> codes = {error_codes::missing_variable, error_codes::bad_dotenv,
                                                       error_codes::unreadable_config};
    return std::ranges::find(codes, error.code()) != codes.end();
}

}  // namespace rev::config
