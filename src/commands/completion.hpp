#pragma once

#include <string>
#include <vector>

#include "commands/completion_point.hpp"
#include "commands/context.hpp"

namespace rev::commands {

/// One way to finish a word.
struct Candidate {
    std::string text;         ///< the whole word
    std::string description;  ///< one line; may be empty
};

/// What a shell is answered.
struct Completion {
    /// Which names of the file system fit beside the candidates.
    enum class Files { none, files, folders };

    std::vector<Candidate> candidates;  ///< in the order to show them
    Files files = Files::none;          ///< what the shell adds by itself
};

/// How the last of `words` can go on (see find_completion_point). What cannot be read, such as a broken alembic.yaml or
/// revision file, gives no candidates; it is no error.
[[nodiscard]] Completion complete(const std::vector<std::string>& words, const std::vector<Subcommand>& commands);

/// Revisions, labels and targets for a word of `command`. point.argument must be there.
[[nodiscard]] std::vector<Candidate> complete_revision(const CompletionPoint& point, const Config& config);

/// The word that shells call rev with: `rev __complete WORD...`.
inline constexpr const char* completion_request = "__complete";

/// Answers such a call: a first line "words", "files" or "folders", then a line for each candidate: the word and,
/// behind a tab, its description. Says nothing on errors. arguments: with completion_request.
void answer_completion(const std::vector<std::string>& arguments, const std::vector<Subcommand>& commands,
                       std::ostream& out);

}  // namespace rev::commands
