#include "cli/ui/model_use.h"

#include <fmt/format.h>

#include <filesystem>
#include <string>

#include "cli/ui/config_write.h"
#include "cli/ui/output.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/config_edit.h"

namespace quarry::cli {

void use_model(Context& context, const models::StoredModel& model) {
    const std::filesystem::path file = settings_file(context, true);
    const std::string before = read_settings(file);
    std::string after = before;
    const std::vector<app::ModelSetting> settings = app::settings_to_use(model);
    for (const app::ModelSetting& setting : settings) {
        after = config::edit_config_file(file, after, config::config_key(setting.key), setting.value);
    }
    write_settings(context, file, true, before, after);
    const std::string shown = strip_terminal_controls(file.string());
    for (const app::ModelSetting& setting : settings) {
        context.out.note(fmt::format("{} = \"{}\" in {}", setting.key, setting.value, shown));
        const config::Config::Value* const other = context.config.find(setting.key);
        if (other == nullptr || other->text == setting.value || other->origin == "default" ||
            other->origin.starts_with(file.string()))
            continue;
        context.out.warn(fmt::format("{} sets {} too, which goes before your own file", other->origin, setting.key));
    }
    if (model.kind == models::ModelKind::reranker) {
        context.out.note("search, ask, chat and batch rerank with it from now on");
    } else if (model.kind == models::ModelKind::embedder) {
        context.out.note("make the vectors of a knowledge base with it: quarry embed");
    }
}

}  // namespace quarry::cli
