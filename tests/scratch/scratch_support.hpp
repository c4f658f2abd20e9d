#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "scratch/load.hpp"
#include "scratch/place.hpp"
#include "support/postgres.hpp"

namespace rev::test {

/// A scratch database on the server of these tests.
class PostgresScratch {
public:
    Database& database() { return scratch_->database(); }
    scratch::LoadedDdl load(const std::vector<scratch::DdlText>& texts) { return scratch::load_ddl(database(), texts); }
    /// The error of loading these, which must fail.
    Error failure(const std::vector<scratch::DdlText>& texts) {
        try {
            load(texts);
        } catch (const Error& error) {
            return error;
        }
        FAIL("it was loaded");
        return {ExitCode::done, "", ""};
    }
    /// The first value of a query; empty if it is NULL.
    std::string query(const std::string& sql) { return database().query(sql).at(0).at(0).value_or(""); }

private:
    static std::unique_ptr<scratch::Place> open() {
        scratch::PlaceRequest request;
        request.dialect = Dialect::postgresql;
        request.scratch_url = required_variable("REV_TEST_POSTGRES_URL");
        return scratch::open_place(request);
    }
    std::unique_ptr<scratch::Place> place_ = open();
    std::unique_ptr<scratch::ScratchDatabase> scratch_ = place_->make();
};

}  // namespace rev::test
