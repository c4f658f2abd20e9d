#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "diagram/typescript_names.hpp"
#include "schema/model.hpp"

namespace rev::diagram {

/// TypeScript's types for those of a database.
class TypeWriter {
public:
    /// Names the model's own types. names: claims them there.
    TypeWriter(const schema::Model& model, TypeNames& names);

    /// Of a column or another part; never with `| null`.
    [[nodiscard]] std::string type_of(const std::string& type) const;
    /// A domain that says NOT NULL.
    [[nodiscard]] bool is_never_null(const std::string& type) const;
    /// Declarations of enums, domains, composite and range types, and of what drivers do not agree on.
    [[nodiscard]] std::string declarations() const;

private:
    [[nodiscard]] std::string postgres_type(const std::string& type) const;
    [[nodiscard]] std::string own_declarations() const;

    const schema::Model& model_;
    std::map<std::vector<std::string>, std::string> own_;  ///< names of the model's types, by their parts
};

/// Of SQLite, by its rules of affinity; a column without a type may hold anything.
[[nodiscard]] std::string sqlite_type(std::string_view declared);

}  // namespace rev::diagram
