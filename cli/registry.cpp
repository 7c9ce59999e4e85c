// Every command, in the order of the help text: parents before children. Adding one: its declaration and its line.
#include "cli/command.h"

namespace quarry::cli {

std::unique_ptr<Command> make_init_command();
std::unique_ptr<Command> make_ingest_command();
std::unique_ptr<Command> make_search_command();
std::unique_ptr<Command> make_ask_command();
std::unique_ptr<Command> make_chunk_command();
std::unique_ptr<Command> make_embed_command();
std::unique_ptr<Command> make_models_command();
std::unique_ptr<Command> make_models_add_command();
std::unique_ptr<Command> make_models_ls_command();
std::unique_ptr<Command> make_models_rm_command();
std::unique_ptr<Command> make_docs_command();
std::unique_ptr<Command> make_docs_ls_command();
std::unique_ptr<Command> make_docs_show_command();
std::unique_ptr<Command> make_docs_rm_command();
std::unique_ptr<Command> make_docs_stats_command();
std::unique_ptr<Command> make_docs_verify_command();
std::unique_ptr<Command> make_docs_gc_command();
std::unique_ptr<Command> make_eval_index_command();
std::unique_ptr<Command> make_eval_command();
std::unique_ptr<Command> make_eval_retrieval_command();
std::unique_ptr<Command> make_migrate_command();
std::unique_ptr<Command> make_migrate_new_command();
std::unique_ptr<Command> make_migrate_up_command();
std::unique_ptr<Command> make_migrate_down_command();
std::unique_ptr<Command> make_migrate_redo_command();
std::unique_ptr<Command> make_migrate_to_command();
std::unique_ptr<Command> make_migrate_status_command();
std::unique_ptr<Command> make_migrate_history_command();
std::unique_ptr<Command> make_migrate_check_command();
std::unique_ptr<Command> make_migrate_plan_command();
std::unique_ptr<Command> make_migrate_lint_command();
std::unique_ptr<Command> make_migrate_diff_command();
std::unique_ptr<Command> make_migrate_dump_command();
std::unique_ptr<Command> make_migrate_squash_command();
std::unique_ptr<Command> make_migrate_stamp_command();
std::unique_ptr<Command> make_migrate_repair_command();
std::unique_ptr<Command> make_migrate_import_command();
std::unique_ptr<Command> make_config_command();
std::unique_ptr<Command> make_config_show_command();
std::unique_ptr<Command> make_config_get_command();
std::unique_ptr<Command> make_config_set_command();
std::unique_ptr<Command> make_config_schema_command();
std::unique_ptr<Command> make_config_path_command();
std::unique_ptr<Command> make_doctor_command();
std::unique_ptr<Command> make_completions_command();
std::unique_ptr<Command> make_man_command();
std::unique_ptr<Command> make_help_command();

std::vector<std::unique_ptr<Command>> make_commands() {
    std::vector<std::unique_ptr<Command>> commands;
    commands.push_back(make_init_command());
    commands.push_back(make_ingest_command());
    commands.push_back(make_search_command());
    commands.push_back(make_ask_command());
    commands.push_back(make_chunk_command());
    commands.push_back(make_embed_command());
    commands.push_back(make_models_command());
    commands.push_back(make_models_add_command());
    commands.push_back(make_models_ls_command());
    commands.push_back(make_models_rm_command());
    commands.push_back(make_docs_command());
    commands.push_back(make_docs_ls_command());
    commands.push_back(make_docs_show_command());
    commands.push_back(make_docs_rm_command());
    commands.push_back(make_docs_stats_command());
    commands.push_back(make_docs_verify_command());
    commands.push_back(make_docs_gc_command());
    commands.push_back(make_eval_command());
    commands.push_back(make_eval_index_command());
    commands.push_back(make_eval_retrieval_command());
    commands.push_back(make_migrate_command());
    commands.push_back(make_migrate_new_command());
    commands.push_back(make_migrate_up_command());
    commands.push_back(make_migrate_down_command());
    commands.push_back(make_migrate_redo_command());
    commands.push_back(make_migrate_to_command());
    commands.push_back(make_migrate_status_command());
    commands.push_back(make_migrate_history_command());
    commands.push_back(make_migrate_check_command());
    commands.push_back(make_migrate_plan_command());
    commands.push_back(make_migrate_lint_command());
    commands.push_back(make_migrate_diff_command());
    commands.push_back(make_migrate_dump_command());
    commands.push_back(make_migrate_squash_command());
    commands.push_back(make_migrate_stamp_command());
    commands.push_back(make_migrate_repair_command());
    commands.push_back(make_migrate_import_command());
    commands.push_back(make_config_command());
    commands.push_back(make_config_show_command());
    commands.push_back(make_config_get_command());
    commands.push_back(make_config_set_command());
    commands.push_back(make_config_schema_command());
    commands.push_back(make_config_path_command());
    commands.push_back(make_doctor_command());
    commands.push_back(make_completions_command());
    commands.push_back(make_man_command());
    commands.push_back(make_help_command());
    return commands;
}

}  // namespace quarry::cli
