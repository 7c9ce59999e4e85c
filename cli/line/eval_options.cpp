// Options of the commands that compare configurations.
#include "cli/line/eval_options.h"

namespace quarry::cli {

void declare_eval_variants(OptionTable& options, app::EvalVariants& variants, bool with_modes) {
    if (with_modes) {
        options
            .add("--mode", variants.modes,
                 "lexical by words, vector by meaning, hybrid by both (default: search.mode); give it several "
                 "times to compare")
            .choices({"lexical", "vector", "hybrid"});
    }
    options
        .add("--set", variants.settings,
             "Compare with these settings, KEY=VALUE with commas between several; once for each configuration")
        .value("KEY=VALUE");
    options.add("--compare", variants.files, "Compare with the settings of a file such as quarry.toml; once for each")
        .value("PATH");
}

}  // namespace quarry::cli
