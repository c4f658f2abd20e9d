#include "schema/pair.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "schema/history.hpp"

namespace rev::test {
namespace {

std::vector<std::string> split_at(const std::string& text, char separator) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == separator)
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

std::string stripped(const std::string& text) {
    const auto begin = text.find_first_not_of(' ');
    if (begin == std::string::npos) return "";
    return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

schema::Kind kind_named(const std::string& name) {
    for (auto kind = 0; kind <= static_cast<int>(schema::Kind::other); ++kind) {
        auto words = std::string(to_string(static_cast<schema::Kind>(kind)));
        std::ranges::replace(words, ' ', '_');
        if (words == name) return static_cast<schema::Kind>(kind);
    }
    throw std::runtime_error("no kind " + name);
}

/// "column public.crew.nm = public.crew.full_name"
schema::Rename rename_in(const std::string& text) {
    const auto blank = text.find(' ');
    const auto equals = text.find('=');
    const auto kind = kind_named(text.substr(0, blank));
    return {{kind, split_at(stripped(text.substr(blank, equals - blank)), '.')},
            {kind, split_at(stripped(text.substr(equals + 1)), '.')}};
}

schema::UsingExpression using_in(const std::string& text) {
    const auto equals = text.find('=');
    return {{schema::Kind::column, split_at(stripped(text.substr(0, equals)), '.')}, stripped(text.substr(equals + 1))};
}

bool read_setting(const std::string& line, SchemaPair& pair) {
    const auto value = [&](std::string_view key) {
        return line.starts_with(key) ? line.substr(key.size()) : std::string();
    };
    if (const auto version = value("-- since: "); !version.empty())
        pair.since = std::stoi(version);
    else if (const auto lost = value("-- loses: "); !lost.empty())
        pair.loses.insert(lost);
    else if (const auto rename = value("-- rename: "); !rename.empty())
        pair.hints.renames.push_back(rename_in(rename));
    else if (const auto expression = value("-- using: "); !expression.empty())
        pair.hints.using_expressions.push_back(using_in(expression));
    else if (line == "-- pg_dump differs")
        pair.compare_dumps = false;
    else if (line == "-- usual form alone")
        pair.online = false;
    else
        return false;
    return true;
}

class PairReader {
public:
    explicit PairReader(const std::string& file) : file_(file), in_(file) {}

    std::vector<SchemaPair> read() {
        for (std::string line; std::getline(in_, line);) {
            ++number_;
            if (!directive(line)) *section_ += line + '\n';
        }
        return std::move(pairs_);
    }

private:
    bool directive(const std::string& line) {
        constexpr std::string_view pair = "-- pair: ";
        if (line.starts_with(pair)) {
            const auto stem = std::filesystem::path(file_).stem().string();
            pairs_.push_back({.name = stem + ": " + line.substr(pair.size()),
                              .since = 0,
                              .from = {},
                              .to = {},
                              .rows = {},
                              .loses = {},
                              .compare_dumps = true,
                              .hints = {}});
            section_ = nullptr;
            return true;
        }
        if (pairs_.empty()) return true;
        auto& current = pairs_.back();
        if (line == "-- from")
            section_ = &current.from;
        else if (line == "-- to")
            section_ = &current.to;
        else if (line == "-- rows")
            section_ = &current.rows;
        else if (line == "-- both")
            section_ = &both_;
        else if (!read_setting(line, current)) {
            if (!section_) fail("a line before the first section: " + line);
            if (section_ == &both_) {
                current.from += line + '\n';
                current.to += line + '\n';
                return true;
            }
            return false;
        }
        return true;
    }

    [[noreturn]] void fail(const std::string& what) const {
        throw std::runtime_error(file_ + ':' + std::to_string(number_) + ": " + what);
    }

    std::string file_;
    std::ifstream in_;
    int number_ = 0;
    std::vector<SchemaPair> pairs_;
    std::string both_;
    std::string* section_ = nullptr;
};

}  // namespace

std::vector<SchemaPair> read_schema_pairs(const std::string& file) { return PairReader(file).read(); }

std::vector<SchemaPair> read_schema_pair_folder(const std::string& folder) {
    std::set<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".sql") files.insert(entry.path().string());
    std::vector<SchemaPair> pairs;
    for (const auto& file : files) {
        auto some = read_schema_pairs(file);
        std::move(some.begin(), some.end(), std::back_inserter(pairs));
    }
    return pairs;
}

std::vector<SchemaPair> read_schema_histories(const std::string& folder) {
    std::vector<SchemaPair> pairs;
    for (const auto& step : read_history_steps(folder)) {
        SchemaPair pair;
        pair.name = step.name;
        pair.from = step.lived;
        pair.to = step.made;
        for (const auto& line : step.settings) read_setting(line, pair);
        pairs.push_back(std::move(pair));
    }
    return pairs;
}

}  // namespace rev::test
