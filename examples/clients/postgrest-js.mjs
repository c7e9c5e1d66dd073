// supabase's client, @supabase/postgrest-js, against the shop example:
//
//     roundtrip serve examples/shop --compat postgrest
//     node postgrest-js.mjs http://127.0.0.1:8360
//
// Every answer is compared whole: data, count, status and the error's code. The data is left as it was found.

import { finish } from './checks.mjs';
import { aggregate } from './postgrest-js/aggregate.mjs';
import { shop } from './postgrest-js/client.mjs';
import { error } from './postgrest-js/error.mjs';
import { filter } from './postgrest-js/filter.mjs';
import { form } from './postgrest-js/form.mjs';
import { order } from './postgrest-js/order.mjs';
import { select } from './postgrest-js/select.mjs';
import { write } from './postgrest-js/write.mjs';

const before = await shop();
for (const [title, checks] of Object.entries({ select, filter, order, aggregate, form, write, error })) {
  console.log(title);
  await checks(before);
}
finish('postgrest-js');
