#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rev::diagram {

/// `text` between double quotes, as JavaScript reads it.
[[nodiscard]] std::string js_string(std::string_view text);
/// A property's name: as it is, or between quotes where it has to be.
[[nodiscard]] std::string property_name(std::string_view name);
/// For a comment `/** ... */` in one line: nothing in it ends it.
[[nodiscard]] std::string comment_text(std::string_view text);

/// Names of types, each given once: "order_items" of the schema `shop` is ShopOrderItems.
class TypeNames {
public:
    /// parts: schema and name; of `public` the schema is left out. The same answer for the same parts.
    [[nodiscard]] std::string name_for(const std::vector<std::string>& parts);
    /// `name`, or where it is taken with a number behind it.
    [[nodiscard]] std::string claim(const std::string& name);

private:
    std::map<std::vector<std::string>, std::string> names_;
    std::set<std::string> taken_;
};

}  // namespace rev::diagram
