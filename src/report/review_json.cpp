#include "report/review.hpp"

#include "report/schema_json.hpp"

namespace rev::report {
namespace {

json::Object reviewed_section_object(const RevisionFile& file, const Section& section) {
    json::Object object{{"kind", section_name(section.kind)}};
    object["dialect"] = section.dialect ? json::Object(dialect_name(*section.dialect)) : json::Object();
    object["line"] = section.marker_line;
    object["sql"] = file.text_of(section);
    return object;
}

json::Object reviewed_revision_object(const ReviewedRevision& reviewed) {
    const auto& revision = *reviewed.revision;
    const auto& file = reviewed.file;
    return {{"revision", revision.id},
            {"revises", revision.revises},
            {"message", revision.message},
            {"path", revision.path},
            {"transaction", file.header.transaction.value_or(true)},
            {"is_reversible", reviewed.is_reversible},
            {"lost", reviewed.lost},
            {"sections", json::array_of(file.sections, [&](const Section& section) {
                 return reviewed_section_object(file, section);
             })}};
}

json::Object lint_object(const ReviewedFinding& finding) {
    return {{"level", finding.level}, {"rule", finding.rule},       {"path", finding.path},
            {"line", finding.line},   {"message", finding.message}, {"hint", finding.hint}};
}

json::Object schema_object(const ReviewedSchema& schema) {
    json::Object object{{"dialect", dialect_name(schema.dialect)}};
    object["changes"] = json::change_objects(schema.added.changes);
    object["hazards"] = json::hazard_objects(schema.added.hazards);
    object["undone"] = schema.added.undone;
    object["left_by_downgrades"] = json::change_objects(schema.added.left);
    return object;
}

}  // namespace

json::Object review_object(const Review& review) {
    json::Object document;
    document["base"] = review.base.empty() ? json::Object() : json::Object(review.base);
    document["revisions"] = json::array_of(review.revisions, reviewed_revision_object);
    document["findings"] = json::array_of(review.findings, json::error_object);
    document["lint"] = json::array_of(review.lint, lint_object);
    document["schemas"] = json::array_of(review.schemas, schema_object);
    document["repeatables"] = review.repeatables;
    document["remarks"] = review.remarks;
    return document;
}

}  // namespace rev::report
