extension DocsPage {
    static let script = #"""
        'use strict';
        const texts = {
          en: { other: '中文', token: 'Token, sent as the header token', send: 'Send', body: 'Body', replies: 'Replies',
                fields: 'Reply', failed: 'The document cannot be read.', tags: { login: 'Login', user: 'Profile',
                sessions: 'Sessions', seeds: 'Older systems', wechat: 'WeChat', operations: 'Operations' } },
          zh: { other: 'English', token: 'Token，作为请求头 token 发送', send: '发送', body: '请求体', replies: '返回',
                fields: '返回结构', failed: '无法读取文档。', tags: { login: '登录', user: '用户资料', sessions: '会话',
                seeds: '旧系统', wechat: '微信', operations: '运维' } },
        };
        let language = (navigator.language || 'en').startsWith('zh') ? 'zh' : 'en';
        let api = null;
        const at = (id) => document.getElementById(id);
        const make = (tag, text, name) => {
          const element = document.createElement(tag);
          if (text !== undefined) element.textContent = text;
          if (name) element.className = name;
          return element;
        };
        const said = (object, key) => (language === 'zh' && object['x-' + key + '-zh']) || object[key] || '';
        const resolve = (schema) =>
          schema && schema.$ref ? resolve(schema.$ref.slice(2).split('/').reduce((o, k) => o[k], api)) : schema || {};
        const example = (given) => {
          const schema = resolve(given);
          if (schema.const !== undefined) return schema.const;
          if (schema.examples) return schema.examples[0];
          if (schema.enum) return schema.enum[0];
          if (schema.oneOf) return example(schema.oneOf[0]);
          if (schema.allOf) return Object.assign({}, ...schema.allOf.map(example));
          if (schema.type === 'array') return [example(schema.items)];
          if (schema.type === 'object') {
            return Object.fromEntries(Object.entries(schema.properties || {}).map(([k, v]) => [k, example(v)]));
          }
          return schema.type === 'boolean' ? true : schema.type === 'integer' ? 0 : '';
        };
        const pretty = (value) => JSON.stringify(value, null, 2);
        const field = (name, value) => {
          const label = make('label', name + ' ');
          const input = make('input');
          input.value = value;
          input.autocomplete = 'off';
          label.append(input);
          return [label, input];
        };
        const jsonOf = (thing) => thing && thing.content && thing.content['application/json'];

        function route(method, path, operation) {
          const words = texts[language];
          const box = make('details');
          const head = make('summary');
          head.append(make('span', method, 'method ' + method), make('code', path), said(operation, 'summary'));
          box.append(head);
          if (operation.description) box.append(make('p', said(operation, 'description')));
          const inputs = (operation.parameters || []).map((parameter) => {
            const [label, input] = field(parameter.name, example(parameter.schema));
            box.append(label);
            return [parameter, input];
          });
          if ((operation.security || []).some((scheme) => scheme.queryToken)) {
            const [label, input] = field('?token=', '');
            box.append(label);
            inputs.push([{ name: 'token', in: 'query', optional: true }, input]);
          }
          const request = jsonOf(operation.requestBody);
          let body = null;
          if (request) {
            const label = make('label', words.body);
            body = make('textarea');
            body.value = pretty(example(request.schema));
            body.spellcheck = false;
            label.append(body);
            box.append(label);
          }
          const send = make('button', words.send);
          send.type = 'button';
          const result = make('pre');
          result.hidden = true;
          send.addEventListener('click', () => attempt(method, path, operation, inputs, body, result));
          box.append(send, result, make('p', words.replies));
          const table = make('table');
          for (const [status, reply] of Object.entries(operation.responses)) {
            const row = make('tr');
            row.append(make('td', status), make('td', said(reply, 'description')));
            table.append(row);
          }
          box.append(table);
          const success = jsonOf(operation.responses['200']);
          if (success) box.append(make('p', words.fields), make('pre', pretty(example(success.schema))));
          return box;
        }

        async function attempt(method, path, operation, inputs, body, result) {
          const query = new URLSearchParams();
          let target = path;
          for (const [parameter, input] of inputs) {
            if (parameter.in === 'path') {
              target = target.replace('{' + parameter.name + '}', encodeURIComponent(input.value));
            } else if (input.value || !parameter.optional) query.append(parameter.name, input.value);
          }
          const headers = {};
          if (body) headers['Content-Type'] = 'application/json';
          if (operation.security && at('token').value && !query.has('token')) headers.token = at('token').value;
          const text = query.toString();
          result.hidden = false;
          result.textContent = '…';
          try {
            const reply = await fetch('.' + target + (text ? '?' + text : ''),
              { method, headers, body: body ? body.value : undefined, credentials: 'omit', cache: 'no-store' });
            const content = await reply.text();
            let shown = content;
            try {
              const value = JSON.parse(content);
              shown = pretty(value);
              const token = (value.data && value.data.token) || value.token;
              if (reply.ok && typeof token === 'string') at('token').value = token;
            } catch {}
            result.textContent = reply.status + ' ' + reply.statusText + '\n' + shown;
          } catch (error) {
            result.textContent = String(error);
          }
        }

        function show() {
          const words = texts[language];
          document.documentElement.lang = language;
          at('language').textContent = words.other;
          at('tokenLabel').textContent = words.token;
          if (!api) return;
          at('intro').textContent = said(api.info, 'description');
          at('routes').replaceChildren();
          for (const { name } of api.tags) {
            const found = [];
            for (const [path, methods] of Object.entries(api.paths)) {
              for (const [method, operation] of Object.entries(methods)) {
                if (operation.tags.includes(name)) found.push(route(method.toUpperCase(), path, operation));
              }
            }
            if (found.length) at('routes').append(make('h2', words.tags[name] || name), ...found);
          }
        }

        at('language').addEventListener('click', () => { language = language === 'zh' ? 'en' : 'zh'; show(); });
        show();
        fetch('openapi.json').then((reply) => reply.json()).then((value) => { api = value; show(); })
          .catch(() => { at('intro').textContent = texts[language].failed; });

        """#
}
