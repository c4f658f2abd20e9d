#pragma once

#include <string>
#include <vector>

#include "autogenerate/workplace.hpp"

namespace rev::trail {

/// A history, and the revisions of it that are written in another form.
struct HistoryForm {
    autogenerate::Workplace& place;  ///< of its graph and files
    Revisions revisions;             ///< in any order
};

/// What came of a comparison of two forms.
struct SameSchemaProof {
    std::vector<std::string> failures;  ///< why it is not proven, in sentences
    std::vector<std::string> unproven;  ///< what could not be looked at, in sentences
    std::vector<std::string> remarks;   ///< what is better than before, in sentences
    bool is_alone = false;              ///< the form before does not run at all: only the new one was tried

    /// Whether the second form can stand for the first; what could not be looked at does not count.
    [[nodiscard]] bool holds() const noexcept { return failures.empty(); }
};

/// Runs both in scratch, with all that they stand on, and down again to below the first of them: whether they make the
/// same schema, and leave the same one, or the second leaves nothing that the first would not have left. A first form
/// that no transaction can run has nothing to compare with: then the second is tried alone. Throws Error for what is
/// not the second form's fault: no scratch, an interrupt, a revision of the first form that fails.
[[nodiscard]] SameSchemaProof prove_same_schema(const HistoryForm& before, const HistoryForm& after);

}  // namespace rev::trail
