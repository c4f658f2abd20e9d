#include "commands/registry.hpp"

namespace rev::commands {

/// In the order of --help: what makes files, what changes a database, what looks at either.
std::vector<Subcommand> subcommands() {
    return {
        init_command(),
        import_command(),
        export_command(),
        list_templates_command(),
        revision_command(),
        merge_command(),
        rebase_command(),
        squash_command(),
        edit_command(),
        show_command(),
        upgrade_command(),
        downgrade_command(),
        stamp_command(),
        resume_command(),
        repair_command(),
        current_command(),
        history_command(),
        graph_command(),
        heads_command(),
        branches_command(),
        ensure_version_command(),
        create_database_command(),
        drop_database_command(),
        reset_command(),
        status_command(),
        check_command(),
        report_command(),
        lint_command(),
        verify_command(),
        diff_command(),
        drift_command(),
        dump_command(),
        prove_command(),
        blame_command(),
        log_command(),
        fleet_command(),
        completion_command(),
        help_command(),
        version_command(),
    };
}

}  // namespace rev::commands
