/* translate/folder_write.c - one folder of manifests: new documents, and previous ones that stay.
 */
#include "translate/folder_write.h"

void folder_write_add(struct rendering *rendering, const struct export *export, const char *kind,
                      const char *namespace, const char *name, const struct node *object)
{
    const struct cluster_ref ref = export->destination->service->ref;
    struct documents *out = &rendering->documents;

    if (!object)
        return;
    documents_add(
        out,
        &(struct document){
            .file = layout_service_file(rendering->resolved, ref.namespace, ref.name, out->keep),
            .range = ref.name,
            .kind = kind,
            .namespace = namespace,
            .name = name,
        },
        object);
}

int folder_write_previous(struct previous_files *out, struct rendering *rendering,
                          const struct place_folder *folder, struct err *err)
{
    if (!retain_concerns(rendering->retain, folder))
        return 0;
    return previous_list(out, rendering->before, layout_folder(folder, rendering->previous),
                         rendering->previous, err);
}

int folder_write_store(struct filetree **out, struct rendering *rendering,
                       const struct place_folder *folder, const struct previous_files *files,
                       struct err *err)
{
    const struct previous_documents previous = previous_parse(files, rendering->previous);
    struct documents *documents = &rendering->documents;
    int result = 0;

    *out = NULL;
    retain_add(documents, rendering->retain, folder, &previous, rendering->previous);
    if (documents->count) {
        *out = filetree_new(rendering->arena);
        result = documents_store(*out, documents, rendering->file_max, rendering->blobs, err);
    }
    documents_clear(documents);
    return result;
}
